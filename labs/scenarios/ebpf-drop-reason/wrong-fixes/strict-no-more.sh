# "Reverse path filters only make trouble."
sysctl -qw net.ipv4.conf.eth0.rp_filter=0
