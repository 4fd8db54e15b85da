"""The desk puts the model, the faces and the link together and turns input into commands."""
