kubectl patch deployment api -p '{"spec":{"template":{"spec":{"hostNetwork":true}}}}'
