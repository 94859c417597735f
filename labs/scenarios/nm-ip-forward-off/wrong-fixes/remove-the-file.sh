rm /etc/sysctl.d/99-hardening.conf
sysctl -w net.ipv4.ip_forward=1
