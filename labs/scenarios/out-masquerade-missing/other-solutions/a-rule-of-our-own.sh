# The same exception for Pods, in a rule of one's own.
pods=$(iptables-save -t nat | sed -nE 's/^-A KIND-MASQ-AGENT -d ([0-9./]+) .*/\1/p' | head -1)
iptables -w 5 -t nat -A POSTROUTING -s "$pods" ! -d "$pods" -j MASQUERADE
