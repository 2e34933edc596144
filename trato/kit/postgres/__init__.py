"""PostgreSQL as a part of Trato: nobody has to install or start a database to try it.

Programs: one folder with ``postgres``, ``initdb``, ``pg_dump`` … of one version.
Account: whom the server runs as, because PostgreSQL refuses to run as root.
Server: the one of a TRATO_HOME. Everybody who uses it holds a lease; the last one stops it.
"""
