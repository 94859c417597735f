# The rule of the other nodes (compare control-plane), after the exception for Pods.
iptables -w 5 -t nat -A KIND-MASQ-AGENT -m comment --comment "kind-masq-agent: outbound traffic is subject to MASQUERADE (must be last in chain)" -j MASQUERADE
