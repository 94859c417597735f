kubectl -n data delete networkpolicy db-access
