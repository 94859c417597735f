kubectl patch service web -p '{"spec":{"selector":{"app":"web"}}}'
