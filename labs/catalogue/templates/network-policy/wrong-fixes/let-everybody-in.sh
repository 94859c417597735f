kubectl patch networkpolicy web-in --type=merge -p '{"spec":{"ingress":[{"ports":[{"protocol":"TCP","port":8080}]}]}}'
