"""A simulated town with known truth: how good is the engine, and is it as sure as it should be?"""
