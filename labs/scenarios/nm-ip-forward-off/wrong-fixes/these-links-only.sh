# Every interface that exists now, one by one; the default for new ones stays off.
for switch in /proc/sys/net/ipv4/conf/{eth0,veth*}/forwarding; do echo 1 > "$switch"; done
sed -i '/^net.ipv4.ip_forward/d' /etc/sysctl.d/99-hardening.conf
