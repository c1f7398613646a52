namespace MnistService.Model.Architectures;

/// <summary>What a network's training did to the pixels 0–255. A model's card says which; serving must do the same.</summary>
public enum PixelScaling
{
    /// <summary>(x / 255 − 0.1307) / 0.3081: this service's own training.</summary>
    Unit,

    /// <summary>(x − 0.1307) / 0.3081, undivided: the notebook's training on Kaggle's pixels. For imported weights only.</summary>
    Raw,
}
