kubectl delete networkpolicy web-in
