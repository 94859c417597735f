kubectl -n bank delete networkpolicy ledger-access
