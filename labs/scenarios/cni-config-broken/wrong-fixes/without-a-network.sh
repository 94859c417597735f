kubectl patch deployment web -p '{"spec":{"replicas":1,"template":{"spec":{"hostNetwork":true}}}}'
