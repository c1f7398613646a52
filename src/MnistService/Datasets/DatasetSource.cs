namespace MnistService.Datasets;

/// <summary>What a data set came as.</summary>
internal enum DatasetSource
{
    /// <summary>A Kaggle CSV with labels.</summary>
    Csv,

    /// <summary>Pictures in folders named after their digits.</summary>
    Zip,

    /// <summary>MNIST's own files.</summary>
    Idx,
}
