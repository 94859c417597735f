# The released agent may have been quicker.
rule=(KIND-MASQ-AGENT -m comment --comment "kind-masq-agent: outbound traffic is subject to MASQUERADE (must be last in chain)" -j MASQUERADE)
iptables -w 5 -t nat -C "${rule[@]}" 2>/dev/null || iptables -w 5 -t nat -A "${rule[@]}"
