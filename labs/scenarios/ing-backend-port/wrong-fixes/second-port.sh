kubectl patch service web -p '{"spec":{"ports":[{"name":"http","port":80,"targetPort":8080},{"name":"ingress","port":8081,"targetPort":8080}]}}'
