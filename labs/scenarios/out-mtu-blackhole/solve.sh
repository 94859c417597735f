# The one message that senders must be told, before the rule that forbids them all.
iptables -w 5 -I OUTPUT -p icmp --icmp-type fragmentation-needed -j ACCEPT
