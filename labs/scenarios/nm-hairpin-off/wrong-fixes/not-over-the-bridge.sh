# Without it the node routes the packet, and a routed packet may leave by the port it came from. What else did it do?
sysctl -w net.bridge.bridge-nf-call-iptables=0
