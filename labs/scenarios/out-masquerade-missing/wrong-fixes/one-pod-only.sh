# A rule for the address that complained.
for pod in $(ip -4 route | sed -nE 's/^(10\.244\.1\.[0-9]+) dev veth.*/\1/p'); do
  iptables -w 5 -t nat -A POSTROUTING -s "$pod" -d 172.18.0.100 -j SNAT --to-source 172.18.0.3
done
