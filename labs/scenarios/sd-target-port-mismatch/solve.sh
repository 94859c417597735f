kubectl patch service cart -p '{"spec":{"ports":[{"port":80,"targetPort":8080}]}}'
