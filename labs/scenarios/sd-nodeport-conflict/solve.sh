# The newcomer moves; 30080 belonged to somebody.
kubectl patch service kiosk -p '{"spec":{"ports":[{"port":80,"nodePort":30280}]}}'
