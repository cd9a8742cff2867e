"""Replicas: new items in the formats of public benchmarks, whose answers nobody can have learnt by heart."""
