import sys; print(sys.argv); print(open(sys.argv[2]).read())
