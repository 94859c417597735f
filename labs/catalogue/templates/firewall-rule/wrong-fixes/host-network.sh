kubectl patch deployment web -p '{"spec":{"template":{"spec":{"hostNetwork":true}}}}'
