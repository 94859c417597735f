# The answer then goes to the node, which does turn it back.
iptables -t nat -I POSTROUTING -o cni0 -j MASQUERADE
sed -i '/^net.bridge.bridge-nf-call-iptables/d' /etc/sysctl.d/60-virtual-machines.conf
