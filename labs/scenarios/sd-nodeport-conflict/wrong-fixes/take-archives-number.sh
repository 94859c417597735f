# archive is read once a month. It can have whatever is left.
kubectl patch service archive -p '{"spec":{"ports":[{"port":80,"nodePort":30380}]}}'
kubectl patch service kiosk -p '{"spec":{"ports":[{"port":80,"nodePort":30081}]}}'
