"""How Trato's own server is tuned. Whoever wants to tune it otherwise gives a DATABASE_URL."""

import os
from pathlib import Path

from trato.kit.postgres.programs import Programs

_MB = 1024 * 1024


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MB


def _shared_memory() -> str:
    """Containers often have a /dev/shm too small for what parallel queries share."""
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108
    except OSError:  # Not Linux: nobody limits it there.
        return "posix"
    return "posix" if room.f_frsize * room.f_blocks >= 256 * _MB else "mmap"


def options(sockets: Path, programs: Programs, durable: bool) -> dict[str, str]:
    """Local sockets only, a fair share of the memory, disks that seek fast, short queries."""
    memory = _memory()
    chosen = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "port": "5432",
        "max_connections": "80",
        "shared_buffers": f"{min(max(memory // 8, 64), 1024)}MB",
        "effective_cache_size": f"{max(memory // 2, 128)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(max(memory // 16, 64), 512)}MB",
        "dynamic_shared_memory_type": _shared_memory(),
        "max_wal_size": "2GB",
        "wal_compression": programs.log_compression(),
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "log_checkpoints": "off",
        "autovacuum_naptime": "20s",
    }
    if not durable:
        chosen |= {"fsync": "off", "full_page_writes": "off"}
    return chosen
