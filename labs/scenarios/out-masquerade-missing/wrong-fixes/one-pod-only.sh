# A rule for the address that complained.
for pod in $(ip -4 route | sed -nE 's/^(10\.244\.[0-9]+\.[0-9]+) dev veth.*/\1/p'); do
  iptables -w 5 -t nat -A POSTROUTING -s "$pod" -d {ip:host/partner} -j SNAT --to-source {ip:node/worker}
done
