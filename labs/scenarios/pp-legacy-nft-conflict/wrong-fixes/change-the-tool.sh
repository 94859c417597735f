# Which program is called iptables does not change what is in the kernel.
ln -sf /usr/sbin/iptables-legacy /etc/alternatives/iptables
ln -sf /usr/sbin/iptables-legacy-save /etc/alternatives/iptables-save
