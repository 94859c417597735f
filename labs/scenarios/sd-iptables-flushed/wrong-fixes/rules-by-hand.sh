# The one Service that was complained about, and a resolver to find it with. Read off on worker.
rm /etc/cron.d/edge-firewall
for chain in PREROUTING OUTPUT; do
  iptables -w 5 -t nat -A "$chain" -d 10.96.0.10 -p udp --dport 53 -j DNAT --to-destination {ip:deploy/kube-system:coredns}
  iptables -w 5 -t nat -A "$chain" -d 10.96.0.0/16 -p tcp --dport 80 -j DNAT --to-destination {ip:deploy/web}:8080
done
