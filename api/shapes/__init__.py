"""The shapes that go in and out. They check form only; what is allowed, the services say."""
