conntrack -D -p udp --orig-src {ip:pod/till} --sport 40000 --dport 53 || true
