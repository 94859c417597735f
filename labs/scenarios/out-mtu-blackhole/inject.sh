printf '# line to the archive\ncarrier = vpn\npayload = 1400\n' > /etc/line.conf
ip route change 203.0.113.0/24 via {ip:host/archive} mtu 1400
ip route add {ip:node/worker} dev eth0 mtu 1400
ip route add {ip:node/worker2} dev eth0 mtu 1400
