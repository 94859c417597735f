sed -i '/^net.bridge.bridge-nf-call-iptables/d' /etc/sysctl.d/60-virtual-machines.conf
sysctl -q -p /etc/sysctl.d/10-kubernetes.conf
