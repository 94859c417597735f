kubectl patch ingress shop -p '{"spec":{"ingressClassName":"nginx"}}'
