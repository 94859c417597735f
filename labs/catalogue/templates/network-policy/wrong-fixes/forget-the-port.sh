kubectl patch networkpolicy web-in --type=merge -p '{"spec":{"ingress":[{"from":[{"podSelector":{"matchLabels":{"app":"client"}}}]}]}}'
