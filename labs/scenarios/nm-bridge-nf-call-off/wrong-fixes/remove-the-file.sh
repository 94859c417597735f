rm /etc/sysctl.d/60-virtual-machines.conf
sysctl -w net.bridge.bridge-nf-call-iptables=1
