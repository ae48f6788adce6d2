"""Finding actions and middleware: the palette on the left and the quick-add box at the cursor."""
