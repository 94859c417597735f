kubectl -n shop delete networkpolicy default-deny
