sed -i '/address/a\    gateway 172.18.0.1' /etc/network/interfaces.d/eth0
