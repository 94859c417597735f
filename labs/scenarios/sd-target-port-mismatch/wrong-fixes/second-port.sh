kubectl patch service cart -p '{"spec":{"ports":[{"name":"http","port":80},{"name":"http-alt","port":8080,"targetPort":8080}]}}'
