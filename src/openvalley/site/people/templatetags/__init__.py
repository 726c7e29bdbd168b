"""What templates of personal pages can ask for."""
