"""The registers as plain pages, each for the administrator of one förbund."""
