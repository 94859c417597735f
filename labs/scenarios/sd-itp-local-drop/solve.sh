kubectl label node worker2 metrics=wanted
