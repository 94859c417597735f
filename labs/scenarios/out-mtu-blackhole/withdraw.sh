printf '# line to the archive\ncarrier = direct\npayload = 1500\n' > /etc/line.conf
ip route change 203.0.113.0/24 via {ip:host/archive}
ip route del {ip:node/worker} dev eth0
ip route del {ip:node/worker2} dev eth0
