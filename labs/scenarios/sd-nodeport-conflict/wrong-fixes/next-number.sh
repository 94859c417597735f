# The API knows that archive has 30081, and refuses.
kubectl patch service kiosk -p '{"spec":{"ports":[{"port":80,"nodePort":30081}]}}' || true
