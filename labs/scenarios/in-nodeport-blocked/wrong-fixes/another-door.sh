# Ports below the range are open, so hand web out there.
kubectl patch service web -p '{"spec":{"externalIPs":["{ip:node/worker}","{ip:node/worker2}"]}}'
