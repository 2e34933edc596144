from trato.cli.main import main

main()
