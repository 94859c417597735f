kubectl patch service shop -p '{"spec":{"externalTrafficPolicy":"Cluster"}}'
