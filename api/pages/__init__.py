"""Pages for those who connect other programs; their addresses lie outside the API."""
