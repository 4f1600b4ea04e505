"""What is logged of what a project does with Intercom: too little, or too much."""
